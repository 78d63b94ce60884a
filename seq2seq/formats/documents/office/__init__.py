"""Documents of office programs: zip packages of XML, of which only the parts with text are rewritten."""
