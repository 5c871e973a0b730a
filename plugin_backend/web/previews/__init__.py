"""Previews: the surfaces inside other people's mail programs, shown beside the sidebar without any account there."""
