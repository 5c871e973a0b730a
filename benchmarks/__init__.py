"""Programs run by hand that measure the product; they are not shipped, and where they need data they take a folder as an argument."""
