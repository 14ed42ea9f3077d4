// Draws /api/openapi.json. Nothing is sent elsewhere: no validator is asked.
SwaggerUIBundle({
  url: "/api/openapi.json",
  dom_id: "#page",
  deepLinking: true,
  validatorUrl: null,
});
