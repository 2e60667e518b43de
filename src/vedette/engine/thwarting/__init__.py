"""From findings to incidents, from incidents to actions, and what people say of both."""
