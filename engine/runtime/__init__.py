"""Plans at work: messages answered, records read and delivered."""
