"""The API's description, and a page on which to try it."""

from __future__ import annotations

from csp.decorators import csp_update
from django.utils.decorators import method_decorator
from drf_spectacular.renderers import OpenApiJsonRenderer, OpenApiYamlRenderer
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView


class Description(SpectacularAPIView):
    """OpenAPI 3.1, as JSON; with `?format=yaml` as YAML."""

    authentication_classes = ()
    permission_classes = ()
    renderer_classes = [OpenApiJsonRenderer, OpenApiYamlRenderer]


@method_decorator(csp_update({"style-src": ["'self'", "'unsafe-inline'"]}), name="dispatch")
class TryIt(SpectacularSwaggerSplitView):
    """Swagger UI from our own static files. It styles itself inline; its script is served apart, as our policy asks."""

    authentication_classes = ()
    permission_classes = ()
    url_name = "api-description"
