"""What the screens show, computed before a template is rendered: one file per noun."""
