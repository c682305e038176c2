"""Patient flows: models, their fitting and their judgement, what they weigh, their secrecy."""
