"""What is wrong with a form, for its summary."""

from django import forms, template

register = template.Library()


@register.filter
def faulty_fields(form: forms.BaseForm) -> list[forms.BoundField]:
    """The fields to look at, in the order of the page."""
    return [field for field in form.visible_fields() if field.errors]
