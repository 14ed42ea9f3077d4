"""What a menu, an SMS keyword or the API asks of the services, and what it gets back.

Requests and replies are plain data: every channel builds the same ones, so there is one way to
read a wallet and one way to move money. A query changes nothing; a command may, and is safe to
run again with the same `Origin`.
"""

from app.domain.requests.account import (
    AccountReply,
    AccountRequest,
    BlockAccount,
    ChangePin,
    CheckPin,
    ChoosePin,
    Enrol,
    PinAccepted,
    PinMismatch,
    PinPurpose,
    PinWeakness,
    Profile,
    SetBalanceHidden,
    SetLanguage,
    WeakPin,
    WhoIs,
)
from app.domain.requests.agents import (
    AgentDesk,
    AgentReply,
    AgentRequest,
    AskFloat,
    BuyFloat,
    CashDone,
    CashIn,
    CashLimitReached,
    CodeWrong,
    CommissionTaken,
    DeclineFloat,
    FloatAsked,
    FloatMoved,
    FloatRequest,
    GetAgentDesk,
    GetAgentMovements,
    GetFloatRequests,
    GiveFloat,
    PayOut,
    QuoteWithdrawal,
    SendFloat,
    TakeCommission,
    Withdraw,
    WithdrawalQuote,
    WithdrawalReady,
)
from app.domain.requests.funding import (
    AskPayInAccount,
    FundingReply,
    FundingRequest,
    LookForPayment,
    PayInAccount,
    PayInAsked,
)
from app.domain.requests.identity import (
    ConfirmCustomer,
    ConfirmIdentity,
    GetLimits,
    IdentityAsked,
    IdentityReply,
    IdentityRequest,
    MyLimits,
)
from app.domain.requests.purchases import (
    AskAgain,
    BuyAirtime,
    FindSamePurchase,
    GetPurchases,
    OrderPlaced,
    ProblemReported,
    Purchase,
    PurchaseReply,
    PurchaseRequest,
    ReportProblem,
    Same,
)
from app.domain.requests.shared import (
    Done,
    LimitReached,
    NotEnough,
    Origin,
    PinLocked,
    Refusal,
    Refused,
    SharedReply,
    TooFast,
    WrongPin,
)
from app.domain.requests.transfers import (
    FindRecipient,
    MoneySent,
    Recipient,
    SendMoney,
    TransferReply,
    TransferRequest,
)
from app.domain.requests.wallet import (
    GetBalance,
    GetHome,
    GetTransactions,
    Home,
    Movement,
    RevealBalance,
    WalletReply,
    WalletRequest,
)

Request = (
    AccountRequest
    | PurchaseRequest
    | WalletRequest
    | TransferRequest
    | FundingRequest
    | AgentRequest
    | IdentityRequest
)
Reply = (
    AccountReply
    | PurchaseReply
    | WalletReply
    | TransferReply
    | FundingReply
    | AgentReply
    | IdentityReply
    | SharedReply
)

__all__ = [
    "AgentDesk",
    "AskFloat",
    "BuyFloat",
    "CashDone",
    "CashIn",
    "CashLimitReached",
    "CodeWrong",
    "CommissionTaken",
    "ConfirmCustomer",
    "ConfirmIdentity",
    "DeclineFloat",
    "FloatAsked",
    "FloatMoved",
    "FloatRequest",
    "GetAgentDesk",
    "GetAgentMovements",
    "GetFloatRequests",
    "GetLimits",
    "IdentityAsked",
    "MyLimits",
    "GiveFloat",
    "PayOut",
    "QuoteWithdrawal",
    "SendFloat",
    "TakeCommission",
    "Withdraw",
    "WithdrawalQuote",
    "WithdrawalReady",
    "Request",
    "Reply",
    "AskAgain",
    "AskPayInAccount",
    "BlockAccount",
    "BuyAirtime",
    "ChangePin",
    "CheckPin",
    "ChoosePin",
    "Done",
    "Enrol",
    "FindRecipient",
    "FindSamePurchase",
    "GetBalance",
    "GetHome",
    "GetPurchases",
    "GetTransactions",
    "Home",
    "LimitReached",
    "LookForPayment",
    "MoneySent",
    "Movement",
    "NotEnough",
    "OrderPlaced",
    "Origin",
    "PayInAccount",
    "PayInAsked",
    "PinAccepted",
    "PinLocked",
    "PinMismatch",
    "PinPurpose",
    "PinWeakness",
    "ProblemReported",
    "Profile",
    "Purchase",
    "Recipient",
    "Refusal",
    "Refused",
    "ReportProblem",
    "RevealBalance",
    "Same",
    "SendMoney",
    "SetBalanceHidden",
    "SetLanguage",
    "TooFast",
    "WeakPin",
    "WhoIs",
    "WrongPin",
]
