"""The door: log in, sign up, log out. What a guest has in the cart comes along, by the signal of Django's login."""

from django.contrib import admin
from django.contrib.auth import login, logout
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_POST

from cart.visitors import contents_of
from catalog.queries import get_category_tree
from shop.storefront.cart_count import forget_count, tell_count
from shop.storefront.pages.account_forms import LoginForm, SignUpForm
from shop.storefront.private_page import not_kept, private_page
from shop.visitors.accounts import EmailTakenError, find_account, sign_up

WRONG = "No account has this email and this password."
TAKEN = "There is an account with this email already. Log in, or take another."


@require_http_methods(["GET", "HEAD", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """A form that is refused does not say whether there is such an account."""
    form = LoginForm(request.POST) if request.method == "POST" else LoginForm()
    if form.is_bound and form.is_valid():
        account = find_account(request=request, **form.cleaned_data)
        if account is not None:
            login(request, account)
            return tell_count(request, _onward(request), contents_of(request).count)
        form.add_error(None, WRONG)
    return _door(request, "login.html", form)


@require_http_methods(["GET", "HEAD", "POST"])
def make_account(request: HttpRequest) -> HttpResponse:
    form = SignUpForm(request.POST) if request.method == "POST" else SignUpForm()
    if form.is_bound and form.is_valid() and _signed_up(request, form):
        return tell_count(request, _onward(request), contents_of(request).count)
    return _door(request, "signup.html", form)


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    """Ends the session, and with it what this browser knows of the cart: that waits for the next login."""
    logout(request)
    return forget_count(request, not_kept(HttpResponseRedirect(reverse("home"), status=303)))


def log_out_of_admin(request: HttpRequest) -> HttpResponse:
    """The admin's own logout, which ends the shop's session too: the browser forgets the cart's count."""
    return forget_count(request, admin.site.logout(request))


def _signed_up(request: HttpRequest, form: SignUpForm) -> bool:
    """Whether there is a new account, logged in; if not, the form says why."""
    try:
        account = sign_up(**form.cleaned_data)
    except ValidationError as error:
        form.add_error(None if hasattr(error, "error_dict") else "password", error)
        return False
    except EmailTakenError:
        form.add_error("email", TAKEN)
        return False
    login(request, account, backend="django.contrib.auth.backends.ModelBackend")
    return True


def _door(request: HttpRequest, template: str, form: LoginForm | SignUpForm) -> HttpResponse:
    if request.method != "POST" and request.user.is_authenticated:
        return _onward(request)
    context = {"form": form, "next": _next(request), "tree": get_category_tree()}
    return private_page(request, template, context, status=422 if form.errors else 200)


def _onward(request: HttpRequest) -> HttpResponse:
    return not_kept(HttpResponseRedirect(_next(request) or reverse("account"), status=303))


def _next(request: HttpRequest) -> str:
    """Where somebody was going, if that is in this shop; else nothing."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    known = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if known else ""
