"""People's public profiles and the page that shows them."""
