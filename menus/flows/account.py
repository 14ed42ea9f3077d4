"""My account: PIN, language, whether the balance shows, help."""

from app.domain.requests import (
    BlockAccount,
    ChangePin,
    CheckPin,
    ChoosePin,
    Done,
    PinAccepted,
    PinMismatch,
    PinPurpose,
    Refused,
    SetBalanceHidden,
    SetLanguage,
    WeakPin,
)
from app.domain.secret import Secret
from menus.engine.state import Choice, Do, Move, Scene, Screen, State
from menus.flows.enrol import weak_pin
from menus.flows.shared import HOME, PIN_ENDS, REFUSED, after_pin, ending, info, tell
from menus.texts.catalogue import LANGUAGES


def _account(scene: Scene) -> Screen:
    hidden = scene.number("hidden")
    shown = (
        Choice(tell(scene.data, "Show balance"), "account.show_pin")
        if hidden
        else Choice(tell(scene.data, "Hide balance"), "account.hide")
    )
    return Screen(
        tell(scene.data, "My account"),
        (
            Choice(tell(scene.data, "Change PIN"), "account.old_pin"),
            Choice(tell(scene.data, "Language"), "account.language"),
            shown,
            Choice(tell(scene.data, "Help"), "account.help"),
            Choice(tell(scene.data, "Block my account"), "account.block"),
            Choice(tell(scene.data, "Security"), "security"),
            Choice(tell(scene.data, "Raise my limits"), "limits"),
            Choice(tell(scene.data, "Saved numbers"), "saved"),
            Choice(tell(scene.data, "Scheduled purchases"), "schedules"),
        ),
    )


STATES = (
    State(
        "account", screen=_account,
        goes=("account.old_pin", "account.language", "account.hide", "account.show_pin",
              "account.help", "account.block", "security", "limits", "saved",
              "schedules"),
        walkable=True,
    ),
    State(
        "account.old_pin",
        screen=lambda scene: Screen(tell(scene.data, "Enter your present PIN")),
        accept=lambda _, typed: Do(CheckPin(Secret(typed))),
        after={**after_pin("account.old_pin"), Done: lambda _: Move("account.new_pin")},
        goes=("account.old_pin", "account.new_pin", *PIN_ENDS), secret=True,
    ),
    State(
        "account.new_pin",
        screen=lambda scene: Screen(tell(scene.data, "New PIN, 4 to 6 digits")),
        accept=lambda _, typed: Do(ChoosePin(Secret(typed), PinPurpose.CHANGE)),
        after={
            PinAccepted: lambda _: Move("account.repeat_pin"),
            WeakPin: lambda scene: Move("account.new_pin", notice=weak_pin(scene)),
            Refused: lambda scene: Move(REFUSED, {"why": scene.fact.why}),
        },
        goes=("account.repeat_pin", "account.new_pin", REFUSED), secret=True,
    ),
    State(
        "account.repeat_pin",
        screen=lambda scene: Screen(tell(scene.data, "Repeat PIN")),
        accept=lambda _, typed: Do(ChangePin(Secret(typed))),
        after={
            Done: lambda scene: Move(HOME, notice=tell(scene.data, "Your PIN is changed")),
            PinMismatch: lambda scene: Move(
                "account.new_pin", notice=tell(scene.data, "The PINs differ.")
            ),
            Refused: lambda scene: Move(REFUSED, {"why": scene.fact.why}),
        },
        goes=(HOME, "account.new_pin", REFUSED), secret=True,
    ),
    State(
        "account.language",
        screen=lambda scene: Screen(
            tell(scene.data, "Choose language"),
            tuple(
                Choice(name, "account.language_set", {"language": code})
                for code, name in LANGUAGES.items()
            ),
        ),
        goes=("account.language_set",),
    ),
    State(
        "account.language_set", ask=lambda scene: SetLanguage(scene.text("language")),
        route=lambda scene: Move(HOME, notice=tell(scene.data, "Language changed")), goes=(HOME,),
    ),
    State(
        "account.hide", ask=lambda _: SetBalanceHidden(hidden=True),
        route=lambda scene: Move(
            HOME, {"hidden": 1}, notice=tell(scene.data, "Your balance is hidden")
        ),
        goes=(HOME,),
    ),
    State(
        "account.show_pin",
        screen=lambda scene: Screen(tell(scene.data, "Enter your PIN to show the balance")),
        accept=lambda _, typed: Do(CheckPin(Secret(typed))),
        after={**after_pin("account.show_pin"), Done: lambda _: Move("account.show")},
        goes=("account.show_pin", "account.show", *PIN_ENDS), secret=True,
    ),
    State(
        "account.show", ask=lambda _: SetBalanceHidden(hidden=False),
        route=lambda _: Move(HOME, {"hidden": 0}), goes=(HOME,),
    ),
    State(
        "account.block",
        screen=lambda scene: Screen(
            tell(
                scene.data,
                "Block your account? Nobody can buy or send with it until our staff open it.",
            ),
            (Choice(tell(scene.data, "Confirm"), "account.block_pin"),),
        ),
        goes=("account.block_pin",),
    ),
    State(
        "account.block_pin",
        screen=lambda scene: Screen(tell(scene.data, "Enter PIN to block your account")),
        accept=lambda _, typed: Do(BlockAccount(Secret(typed))),
        after={**after_pin("account.block_pin"), Done: lambda _: Move("account.blocked")},
        goes=("account.block_pin", "account.blocked", *PIN_ENDS), secret=True,
    ),
    ending(
        "account.blocked",
        lambda scene: tell(
            scene.data, "Your account is blocked. SMS HELP to {code} to open it again.",
            code=scene.text("sms_code"),
        ),
    ),
    info(
        "account.help",
        lambda scene: tell(
            scene.data, "SMS HELP to {code}, or see an agent. Staff never ask for your PIN.",
            code=scene.text("sms_code"),
        ),
    ),
)  # fmt: skip
