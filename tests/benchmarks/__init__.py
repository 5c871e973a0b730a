"""Tests of the programs that measure: their statistics, their readers, and the page that quotes them."""
