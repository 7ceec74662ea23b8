"""The three pages of a bulk price change: which products, what rule, and every new price before it is made.

Each answer to a form is a redirect, so that a reload sends nothing twice; and if it does, the plan's state decides.
"""

from typing import Any, Final

from django.contrib import messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import BadRequest, PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.timezone import localtime

from catalog.admin.price_change_forms import ApplyForm, ChoosingForm, RuleForm
from catalog.bulk.plan_report import plan_report
from catalog.bulk.price_apply import PricesMovedError, StalePreviewError, apply_plan
from catalog.bulk.price_preview import PlanDecidedError, discard_plan, make_plan, preview_plan
from catalog.bulk.rule_words import in_words
from catalog.models import PriceChangePlan
from shop.events.admin_bases import ReadOnlyAdmin
from shop.events.busy import RowsBusyError

NAMED_SKUS: Final = 10


class PriceChangePages(ReadOnlyAdmin):
    """To be mixed into the admin of plans."""

    def get_urls(self) -> list[URLPattern]:
        rule = path(
            "<int:plan_id>/rule/", self.admin_site.admin_view(self.rule_view), name="catalog_pricechangeplan_rule"
        )
        return [rule, *super().get_urls()]

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """Which products. The product list leads past this page, with its own choice."""
        user_id = self._allowed(request)
        form = ChoosingForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            cleaned = form.cleaned_data
            plan_id = make_plan(product_ids=cleaned["ids"], chosen=cleaned["chosen"], user_id=user_id)
            return redirect("admin:catalog_pricechangeplan_rule", plan_id)
        return self._page(request, "choose", title="Change many prices", form=form)

    def rule_view(self, request: HttpRequest, plan_id: int) -> HttpResponse:
        """What is to become of the prices."""
        self._allowed(request)
        plan = PriceChangePlan.objects.filter(pk=plan_id).first()
        if plan is None:
            return self._gone(request, str(plan_id))
        form = RuleForm(request.POST or None, initial=_initial(plan))
        if request.method == "POST" and form.is_valid():
            try:
                preview_plan(plan_id=plan_id, rule=form.cleaned_data["rule"])
            except PlanDecidedError as error:
                self.message_user(request, _decided(error.plan), messages.WARNING)
            except RowsBusyError as error:
                form.add_error(None, str(error))
            except PriceChangePlan.DoesNotExist:
                return self._gone(request, str(plan_id))
            if form.is_valid():
                return redirect("admin:catalog_pricechangeplan_change", plan_id)
        if plan.state != PriceChangePlan.State.DRAFT:
            return redirect("admin:catalog_pricechangeplan_change", plan_id)
        return self._page(request, "rule", title="Change many prices", form=form, plan=plan, lines=plan.lines.count())

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: Any = None
    ) -> HttpResponse:
        """Every old and new price; later, what became of them."""
        plan = self.get_object(request, unquote(object_id))
        if plan is None:
            return self._gone(request, object_id)
        if not self.has_view_permission(request, plan):
            raise PermissionDenied
        if request.method == "POST":
            try:
                self._decide(request, plan)
            except PriceChangePlan.DoesNotExist:
                return self._gone(request, object_id)
            return redirect("admin:catalog_pricechangeplan_change", plan.pk)
        if plan.state == PriceChangePlan.State.DRAFT and not plan.revision:
            return redirect("admin:catalog_pricechangeplan_rule", plan.pk)
        show = request.GET.get("show", "")
        return self._page(
            request,
            "preview",
            title=f"{plan}: {plan.state}" if plan.decided_at else "Look at every new price",
            plan=plan,
            rule=in_words(plan.rule),
            report=plan_report(plan=plan, show=show, page=request.GET.get("page", 1)),
            show=show,
            form=ApplyForm(initial={"revision": plan.revision}),
            may_decide=plan.state == PriceChangePlan.State.DRAFT and self.has_add_permission(request),
        )

    def _decide(self, request: HttpRequest, plan: PriceChangePlan) -> None:
        user_id = self._allowed(request)
        try:
            match request.POST.get("decision"):
                case "apply":
                    self._apply(request, plan, user_id)
                case "discard":
                    discard_plan(plan_id=plan.pk, user_id=user_id)
                    self.message_user(request, "Discarded. No price was changed.", messages.SUCCESS)
                case _:
                    raise BadRequest("a price change is applied or discarded")
        except PlanDecidedError as error:
            self.message_user(request, _decided(error.plan), messages.WARNING)
        except StalePreviewError:
            text = "Nothing was changed: there is a newer preview than the one you looked at. This is it."
            self.message_user(request, text, messages.WARNING)
        except RowsBusyError as error:
            self.message_user(request, str(error), messages.ERROR)
        except PricesMovedError as error:
            named = ", ".join(error.skus[:NAMED_SKUS]) + (" …" if len(error.skus) > NAMED_SKUS else "")
            self.message_user(request, f"Nothing was changed. {error} ({named}) Make a new preview.", messages.ERROR)

    def _apply(self, request: HttpRequest, plan: PriceChangePlan, user_id: int) -> None:
        form = ApplyForm(request.POST)
        if not form.is_valid():
            raise StalePreviewError
        applied = apply_plan(
            plan_id=plan.pk,
            revision=form.cleaned_data["revision"],
            user_id=user_id,
            whole_or_nothing=form.cleaned_data["whole"],
        )
        skipped = f" {applied.skipped:,} had moved since the preview, and were left alone." if applied.skipped else ""
        prices = "price was" if applied.changed == 1 else "prices were"
        level = messages.WARNING if applied.skipped else messages.SUCCESS
        self.message_user(request, f"{applied.changed:,} {prices} changed.{skipped}", level)

    def _allowed(self, request: HttpRequest) -> int:
        """The id of the user, who may change prices. Raises PermissionDenied."""
        if not self.has_add_permission(request) or request.user.pk is None:
            raise PermissionDenied
        return request.user.pk

    def _gone(self, request: HttpRequest, object_id: str) -> HttpResponse:
        response: HttpResponse = self._get_obj_does_not_exist_redirect(request, self.opts, object_id)
        return response

    def _page(self, request: HttpRequest, name: str, **context: Any) -> HttpResponse:
        form = context["form"]
        everything = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        template = f"admin/catalog/pricechangeplan/{name}.html"
        return TemplateResponse(request, template, everything, status=422 if form.is_bound and form.errors else 200)


def _decided(plan: PriceChangePlan) -> str:
    who = f" by {plan.decided_by}" if plan.decided_by else ""
    when = f" at {localtime(plan.decided_at):%Y-%m-%d %H:%M:%S}" if plan.decided_at else ""
    return f"Nothing was changed now: this was {plan.state}{when}{who} already."


def _initial(plan: PriceChangePlan) -> dict[str, str]:
    """The last rule as its form shows it; a browser's field for a time knows no seconds and no zone."""
    return {name: value[:16] if name == "ends_at" else value for name, value in plan.rule.items()}
