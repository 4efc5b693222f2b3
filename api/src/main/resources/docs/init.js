// Swagger UI over the three documents; nothing is loaded from elsewhere.
window.ui = SwaggerUIBundle({
  dom_id: '#reference',
  urls: [
    { name: 'tenant: credential audit, activity', url: '/openapi/tenant.yaml' },
    { name: 'events: audit events', url: '/openapi/events.yaml' },
    { name: 'log: audit log', url: '/openapi/log.yaml' },
  ],
  deepLinking: true,
  persistAuthorization: false, // an API key does not stay in the browser
  validatorUrl: null,
  presets: [SwaggerUIBundle.presets.apis, SwaggerUIStandalonePreset],
  layout: 'StandaloneLayout',
});
