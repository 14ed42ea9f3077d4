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
from app.domain.requests.beneficiaries import (
    Beneficiaries,
    Beneficiary,
    BeneficiaryReply,
    BeneficiaryRequest,
    GetBeneficiaries,
    ListFull,
    NameTaken,
    RemoveBeneficiary,
    SaveBeneficiary,
)
from app.domain.requests.cases import (
    CaseReply,
    CaseRequest,
    ProblemReported,
    ReportProblem,
    SendStatement,
)
from app.domain.requests.data import (
    BuyData,
    DataReply,
    DataRequest,
    GetPlans,
    PlanGone,
    Plans,
    PriceChanged,
)
from app.domain.requests.funding import (
    AskPayInAccount,
    ChargeAsked,
    ChargeAskedBefore,
    ChargeShown,
    FundingReply,
    FundingRequest,
    FundingWays,
    GetCharge,
    GetFundingWays,
    LookForPayment,
    PayInAccount,
    PayInAsked,
    StartCharge,
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
    Purchase,
    PurchaseReply,
    PurchaseRequest,
    Same,
)
from app.domain.requests.second_factor import (
    AddCodeApp,
    ApprovalAsked,
    ApprovalFound,
    ApprovePurchase,
    AskApproval,
    AskSecondFactor,
    CodeApp,
    CodeAppKey,
    CodeIsWrong,
    ConfirmCodeApp,
    FactorLocked,
    FactorReply,
    FactorRequest,
    FactorsWanted,
    FindApproval,
    GetCodeApp,
    Proved,
    ProveSecondFactor,
    PurchaseApproved,
    RemoveCodeApp,
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
from app.domain.requests.vouchers import (
    RedeemVoucher,
    VoucherIsYours,
    VoucherMistyped,
    VoucherNotGood,
    VoucherRedeemed,
    VoucherReply,
    VoucherRequest,
    VouchersStopped,
    VoucherTooMuch,
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
    | DataRequest
    | BeneficiaryRequest
    | WalletRequest
    | TransferRequest
    | FundingRequest
    | VoucherRequest
    | AgentRequest
    | CaseRequest
    | FactorRequest
    | IdentityRequest
)
Reply = (
    AccountReply
    | PurchaseReply
    | DataReply
    | BeneficiaryReply
    | WalletReply
    | TransferReply
    | FundingReply
    | VoucherReply
    | AgentReply
    | CaseReply
    | FactorReply
    | IdentityReply
    | SharedReply
)

__all__ = [
    "Beneficiaries",
    "Beneficiary",
    "BuyData",
    "GetBeneficiaries",
    "GetPlans",
    "ListFull",
    "NameTaken",
    "PlanGone",
    "Plans",
    "PriceChanged",
    "RemoveBeneficiary",
    "SaveBeneficiary",
    "AddCodeApp",
    "ApprovalAsked",
    "ApprovalFound",
    "ApprovePurchase",
    "AskApproval",
    "AskSecondFactor",
    "CodeApp",
    "CodeAppKey",
    "CodeIsWrong",
    "ConfirmCodeApp",
    "FactorLocked",
    "FactorsWanted",
    "FindApproval",
    "GetCodeApp",
    "ProveSecondFactor",
    "Proved",
    "PurchaseApproved",
    "RemoveCodeApp",
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
    "RedeemVoucher",
    "VoucherIsYours",
    "VoucherMistyped",
    "VoucherNotGood",
    "VoucherRedeemed",
    "VoucherTooMuch",
    "VouchersStopped",
    "Request",
    "Reply",
    "AskAgain",
    "AskPayInAccount",
    "BlockAccount",
    "BuyAirtime",
    "ChangePin",
    "ChargeAsked",
    "ChargeAskedBefore",
    "ChargeShown",
    "CheckPin",
    "ChoosePin",
    "Done",
    "Enrol",
    "FindRecipient",
    "FindSamePurchase",
    "FundingWays",
    "GetBalance",
    "GetCharge",
    "GetFundingWays",
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
    "SendStatement",
    "SetBalanceHidden",
    "SetLanguage",
    "StartCharge",
    "TooFast",
    "WeakPin",
    "WhoIs",
    "WrongPin",
]
