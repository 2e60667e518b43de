"""What answering attacks costs a firm: a synthetic week with six campaigns hidden in it."""
