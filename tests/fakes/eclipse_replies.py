"""What all of Eclipse's resources share: pages, errors, JSON bodies."""

import json
from decimal import Decimal, InvalidOperation
from typing import Any

from starlette.datastructures import QueryParams
from starlette.requests import Request
from starlette.responses import Response

from .eclipse_orders import Refused
from .replies import Json

LARGEST_PAGE = 100


def page(request: Request, rows: list[Any], size_name: str = "pageSize", start_name: str = "startIndex") -> Response:
    """The page asked for, counted from 1. Mass inquiries (`PageSize`) give no more than 100 rows."""
    query = request.query_params
    size, start = int(number_in(query, size_name, 25)), int(number_in(query, start_name, 1))
    if start < 1:
        return error(f"{start_name} begins at 1", 400)
    size = min(size, LARGEST_PAGE) if size_name == "PageSize" else size
    metadata = {"startIndex": start, "pageSize": size, "totalItems": len(rows)}
    return Json({"metadata": metadata, "results": rows[start - 1 : start - 1 + size]})


def number_in(query: QueryParams, name: str, otherwise: int) -> Decimal:
    try:
        return Decimal(query.get(name) or otherwise)
    except InvalidOperation:
        raise Refused(f"{name} is not a number") from None


async def document_of(request: Request) -> dict[str, Any]:
    document = await _body(request)
    if not isinstance(document, dict):
        raise Refused("The request body is not an object")
    return document


async def documents_of(request: Request) -> list[dict[str, Any]]:
    documents = await _body(request)
    if not isinstance(documents, list) or not all(isinstance(one, dict) for one in documents):
        raise Refused("The request body is not an array")
    return documents


async def _body(request: Request) -> Any:
    try:
        return json.loads(await request.body(), parse_float=Decimal)
    except ValueError:
        raise Refused("The request body is not JSON") from None


def error(text: str, status: int) -> Json:
    return Json({"error": text}, status)


async def refusal(_: Request, refused: Exception) -> Response:
    return error(str(refused), 400)
