// Runs in <head>: marks that scripts work, before the first paint.
document.documentElement.classList.add("js");
