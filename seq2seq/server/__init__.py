"""An HTTP server for models: what a request asks for, batched across requests, on engines without torch."""
