"""AWS as far as this project meets it: the template's functions under Lambda's runtime client, and what calls them."""
