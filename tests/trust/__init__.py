"""What the product promises to those who trust it; ``docs/security.md`` names the tests of each promise."""
