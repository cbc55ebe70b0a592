"""Reading the pages of the provisioning log: the sentences of the list, and the cards of one call."""


def rows(screen):
    """The sentences of the list."""
    return [link.text for cell in screen.tree.find_all("th", scope="row") for link in cell.find_all("a")]


def links(screen):
    """The addresses behind the sentences."""
    return [link.get("href") for cell in screen.tree.find_all("th", scope="row") for link in cell.find_all("a")]


def notes(screen):
    return [note.text for cell in screen.tree.find_all("th", scope="row") for note in cell.find_all("span")]


def section(screen, name):
    """The text of one card of a call's page, "" where it is not there."""
    text = "".join(card.text for card in screen.tree.find_all("section") if card.get("aria-labelledby") == name)
    return text.replace(" .", ".").replace(" ,", ",")


def explained(page, sentence):
    return page("/provisioning/log").follow(sentence)
