"""The process of `engine serve`: sockets, and one generation of files after another behind them."""
