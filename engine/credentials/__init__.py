"""How we show who we are where no HTTP is spoken (databases, SSH): one file each, chosen by `auth.type`."""
