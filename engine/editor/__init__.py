"""What editors need, as pure functions over text and position; the language server is a thin edge around them."""
