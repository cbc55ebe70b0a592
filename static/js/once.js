// The answer to a POST that shows a secret once: a reload asks for the page anew instead of sending the form again.
history.replaceState(null, "", location.href);
