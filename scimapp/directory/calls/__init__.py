"""The provisioning log: SCIM calls of directories, from the buffer to the page that shows them."""
