"""What the screens show, worked out before a template sees it: a file per noun."""
