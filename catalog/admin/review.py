"""Reviews, and the queue of those that wait. Their summaries follow by trigger."""

from typing import Any, Final
from urllib.parse import urlsplit

from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.views.decorators.http import require_POST
from unfold.decorators import display

from catalog.admin.review_filter import StatusFilter, queue_ordering
from catalog.models import Review
from catalog.moderation import Verdict, moderate_reviews
from shop.events.admin_bases import AnnouncingAdmin
from shop.events.busy import RowsBusyError

LONGEST_SHOWN: Final = 400
_VERDICTS: Final = {
    Review.Status.NEW: (Verdict.APPROVE, Verdict.HIDE),
    Review.Status.APPROVED: (Verdict.HIDE,),
    Review.Status.HIDDEN: (Verdict.SHOW,),
}
_DONE: Final = {Verdict.APPROVE: "approved", Verdict.HIDE: "hidden", Verdict.SHOW: "shown again"}


@admin.register(Review)
class ReviewAdmin(AnnouncingAdmin):
    change_list_template = "admin/catalog/review/moderation.html"
    list_display = ("said", "about", "state", "created_at", "verdicts")
    list_display_links = None
    list_filter = (StatusFilter,)
    list_select_related = ("product",)
    search_fields = ("product__sku",)
    search_help_text = "The whole SKU of a product."
    # No column but the id has an index of its own: to sort by one is to read the whole table.
    sortable_by = ()
    autocomplete_fields = ("product",)
    readonly_fields = ("created_at",)
    actions = ("approve", "hide", "show_again")

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.moderate_view))
        return [path("<int:review_id>/moderate/", view, name="catalog_review_moderate"), *super().get_urls()]

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        return queue_ordering(request)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Review], search_term: str
    ) -> tuple[QuerySet[Review], bool]:
        """By SKU, which an index finds; a search of texts would read every review."""
        sku = search_term.strip()
        return queryset.filter(product__sku=sku) if sku else queryset, False

    def moderate_view(self, request: HttpRequest, review_id: int) -> HttpResponse:
        """One button of one row, then the list again as it was."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if (verdict := request.POST.get("verdict")) not in list(Verdict):
            raise BadRequest("this is no verdict on a review")
        self._moderate(request, [review_id], Verdict(verdict))
        changelist = reverse("admin:catalog_review_changelist")
        return redirect(f"{changelist}?{_query_of_list(request, changelist)}")

    @admin.action(description="Approve", permissions=["change"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        self._moderate(request, list(queryset.values_list("pk", flat=True)), Verdict.APPROVE)

    @admin.action(description="Hide from the shop", permissions=["change"])
    def hide(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        self._moderate(request, list(queryset.values_list("pk", flat=True)), Verdict.HIDE)

    @admin.action(description="Show again", permissions=["change"])
    def show_again(self, request: HttpRequest, queryset: QuerySet[Review]) -> None:
        self._moderate(request, list(queryset.values_list("pk", flat=True)), Verdict.SHOW)

    @admin.display(description="review")
    def said(self, review: Review) -> SafeString:
        """All of what a moderator has to read, as far as it is not a novel."""
        return format_html(
            '<div class="larder-said"><span class="larder-stars" aria-hidden="true">{}</span>'
            '<span class="larder-unseen">{} of 5: </span><a class="larder-link" href="{}">{}</a>'
            "<p>{}</p><small>{}</small></div>",
            "★" * review.rating + "☆" * (5 - review.rating),
            review.rating,
            reverse("admin:catalog_review_change", args=[review.pk]),
            review.title,
            Truncator(review.body).chars(LONGEST_SHOWN),
            review.author,
        )

    @admin.display(description="product")
    def about(self, review: Review) -> SafeString:
        address = reverse("admin:catalog_product_change", args=[review.product_id])
        return format_html('<a class="larder-link" href="{}">{}</a>', address, review.product.name)

    @display(description="status", label={"waiting": "warning", "approved": "success", "hidden": "danger"})  # type: ignore[untyped-decorator]
    def state(self, review: Review) -> str:
        return "waiting" if review.status == Review.Status.NEW else review.status

    @admin.display(description="decide")
    def verdicts(self, review: Review) -> SafeString:
        """Buttons that post by one click, without JavaScript too."""
        address = reverse("admin:catalog_review_moderate", args=[review.pk])
        buttons = format_html_join(
            "",
            '<button class="larder-verdict larder-verdict-{}" form="moderate" formaction="{}" name="verdict" value="{}"'
            ' aria-label="{} “{}”">{}</button>',
            [
                (verdict, address, verdict, verdict.capitalize(), review.title, verdict.capitalize())
                for verdict in _VERDICTS[Review.Status(review.status)]
            ],
        )
        return format_html('<div class="larder-verdicts">{}</div>', buttons)

    def _moderate(self, request: HttpRequest, review_ids: list[int], verdict: Verdict) -> None:
        user_id: Any = request.user.pk
        try:
            changed = moderate_reviews(review_ids=review_ids, verdict=verdict, user_id=user_id)
        except RowsBusyError as error:
            self.message_user(request, str(error), messages.ERROR)
            return
        already = len(review_ids) - changed
        text = f"{changed:,} {'review was' if changed == 1 else 'reviews were'} {_DONE[verdict]}."
        note = f" {already:,} had been decided about before." if already else ""
        self.message_user(request, text + note, messages.SUCCESS if changed else messages.WARNING)


def _query_of_list(request: HttpRequest, changelist: str) -> str:
    """What the list was asked for where the button stood; the queue, where nothing tells."""
    try:
        came_from = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return "status=new"
    return came_from.query if came_from.path == changelist else "status=new"
