"""HTTP: the REST API and the sidebar's pages. No rule and no query lives here, only words, shapes and who may ask."""
