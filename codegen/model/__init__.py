"""The model of a Kubernetes API reference, independent of the source format.

Structure (definitions, fields, operations) and prose (descriptions by locale) are separate, so that
a translation can never change a schema. Records are frozen and keyword-only. Collections are tuples
and read-only mappings.
"""

from __future__ import annotations

from codegen.model.definitions import CustomResource as CustomResource
from codegen.model.definitions import Definition as Definition
from codegen.model.definitions import FactLocation as FactLocation
from codegen.model.definitions import Field as Field
from codegen.model.definitions import GroupVersionKind as GroupVersionKind
from codegen.model.definitions import MediaType as MediaType
from codegen.model.definitions import Operation as Operation
from codegen.model.definitions import Parameter as Parameter
from codegen.model.definitions import PrinterColumn as PrinterColumn
from codegen.model.definitions import Response as Response
from codegen.model.definitions import Scale as Scale
from codegen.model.definitions import definition_refs as definition_refs
from codegen.model.definitions import find_used_keys as find_used_keys
from codegen.model.definitions import operation_refs as operation_refs
from codegen.model.keywords.keyword import Keyword as Keyword
from codegen.model.pages import Page as Page
from codegen.model.pages import PageSection as PageSection
from codegen.model.prose import PLACES as PLACES
from codegen.model.prose import Prose as Prose
from codegen.model.prose import belongs_to_operation as belongs_to_operation
from codegen.model.prose import category_id as category_id
from codegen.model.prose import column_id as column_id
from codegen.model.prose import common_parameter_id as common_parameter_id
from codegen.model.prose import field_id as field_id
from codegen.model.prose import find_written as find_written
from codegen.model.prose import inner_id as inner_id
from codegen.model.prose import is_category as is_category
from codegen.model.prose import own_parameter_ids as own_parameter_ids
from codegen.model.prose import parameter_id as parameter_id
from codegen.model.prose import place_order as place_order
from codegen.model.prose import split_inner_id as split_inner_id
from codegen.model.prose import split_prose_id as split_prose_id
from codegen.model.reference import Reference as Reference
from codegen.model.types import Array as Array
from codegen.model.types import ListType as ListType
from codegen.model.types import LossyType as LossyType
from codegen.model.types import Map as Map
from codegen.model.types import Ref as Ref
from codegen.model.types import Scalar as Scalar
from codegen.model.types import Type as Type
from codegen.model.types import has_enum as has_enum
from codegen.model.types import innermost as innermost
from codegen.model.types import may_be as may_be
from codegen.model.types import refs as refs
