"""Builders of the files that honest mail carries: documents, archives, pictures, invitations."""
