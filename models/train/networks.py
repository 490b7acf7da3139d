"""The three networks. Each hears an excerpt as mel [B, 2, 64, 256] and heard [B, H] and tells settings [B, 10], spread [B, 10] (standard deviation) and rules [B, 10] (the rule-generated targets, a task of their own).

Not for training (train.py) nor for what is made of several excerpts (core/assist/opinion.h).
"""
import math

import torch
from torch import nn
from torch.nn import functional as F

SETTINGS = 10
MEL = (2, 64, 256)
HEARD_LIMIT = 5.0  # standard deviations a number may lie from the training mean: a strange song must not shout
MEL_MEAN, MEL_DEVIATION = -1.2, 0.9  # of the ear's pictures of music, roughly: what the networks see is around 0
LEAST_SCALE = 0.003  # of the Laplace distribution, in setting units
LAPLACE_TO_DEVIATION = math.sqrt(2.0)


def centred(mel):
    return (mel - MEL_MEAN) * (1 / MEL_DEVIATION)


class Heard(nn.Module):
    """Standardises the numbers with what fit() saw, or some of them only, and reads them through a small perceptron."""

    def __init__(self, heard_numbers, used, hidden, width, dropout):
        super().__init__()
        self.used = used
        self.register_buffer("mean", torch.zeros(heard_numbers))
        self.register_buffer("deviation", torch.ones(heard_numbers))
        self.read = nn.Sequential(nn.Dropout(dropout), nn.Linear(used, hidden), nn.GELU(), nn.Dropout(dropout), nn.Linear(hidden, width), nn.GELU())

    def fit(self, mean, deviation):
        self.mean.copy_(mean)
        self.deviation.copy_(deviation)

    def standard(self, heard):
        return torch.clamp((heard - self.mean) / self.deviation, -HEARD_LIMIT, HEARD_LIMIT)[:, : self.used]

    def forward(self, z):
        return self.read(z)


class Straight(nn.Module):
    """The linear way from the numbers heard to the settings: ridge regression, which stays as it was fitted, so that the network learns what is left and not the tracks by heart."""

    PENALTIES = (30.0, 100.0, 300.0, 1000.0, 3000.0, 10000.0)

    def __init__(self, numbers):
        super().__init__()
        self.register_buffer("weight", torch.zeros(SETTINGS, numbers))

    def fit(self, z, settings, z_val, settings_val):
        """Closed form, float64; z as standard() gives it. The penalty of each setting is the one with the least absolute error on validation examples."""
        z, z_val, level = z.double(), z_val.double(), settings.double().mean(0)
        middle = z.mean(0)
        gram, moment = (z - middle).T @ (z - middle), (z - middle).T @ (settings.double() - level)
        ways = torch.stack([torch.linalg.solve(gram + penalty * torch.eye(len(gram), dtype=torch.float64), moment) for penalty in self.PENALTIES])
        error = ((z_val - middle) @ ways + level - settings_val).abs().mean(1)
        chosen = error.argmin(0)
        self.weight.copy_(torch.stack([ways[c, :, k] for k, c in enumerate(chosen)]))

    def forward(self, z):
        return F.linear(z, self.weight)


class Head(nn.Module):
    """Settings as they come (the loss pulls them into 0..1, export clamps them), log scale of a Laplace distribution, rules."""

    def __init__(self, inputs, hidden, dropout):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(inputs, hidden), nn.GELU(), nn.Dropout(dropout))
        self.settings, self.scale, self.rules = nn.Linear(hidden, SETTINGS), nn.Linear(hidden, SETTINGS), nn.Linear(hidden, SETTINGS)
        for layer in (self.settings, self.scale, self.rules):
            nn.init.normal_(layer.weight, std=0.01)

    def start_at(self, settings, scale, rules):
        for layer, value in ((self.settings, settings), (self.scale, scale.clamp(min=LEAST_SCALE).log()), (self.rules, rules)):
            layer.bias.data.copy_(value)

    def forward(self, x, straight):
        x = self.body(x)
        return self.settings(x) + straight, LEAST_SCALE + torch.exp(torch.clamp(self.scale(x), -8.0, 1.0)), self.rules(x)


class Squeeze(nn.Module):
    """Squeeze and excitation (Hu, Shen, Sun 2018, eq. 2-4)."""

    def __init__(self, channels, factor=4):
        super().__init__()
        self.gate = nn.Sequential(nn.Linear(channels, channels // factor), nn.ReLU(), nn.Linear(channels // factor, channels), nn.Sigmoid())

    def forward(self, x):
        return x * self.gate(x.mean((2, 3)))[:, :, None, None]


def conv(inputs, outputs, size=3, stride=1):
    return nn.Sequential(nn.Conv2d(inputs, outputs, size, stride, size // 2, bias=False), nn.BatchNorm2d(outputs))


class Residual(nn.Module):
    def __init__(self, inputs, outputs, stride=1):
        super().__init__()
        self.body = nn.Sequential(conv(inputs, outputs, 3, stride), nn.ReLU(), conv(outputs, outputs), Squeeze(outputs))
        self.skip = nn.Identity() if inputs == outputs and stride == 1 else nn.Sequential(nn.AvgPool2d(stride) if stride != 1 else nn.Identity(), conv(inputs, outputs, 1))

    def forward(self, x):
        return F.relu(self.body(x) + self.skip(x))


class AttentionPool(nn.Module):
    """Frequency bands side by side, then a weighted mean and deviation over time (Okabe, Koshinaka, Shinoda 2018, eq. 4-6): what is loud of a song tells more than its pauses."""

    def __init__(self, inputs, width):
        super().__init__()
        self.mix = nn.Linear(inputs, width)
        self.score = nn.Linear(width, width)

    def forward(self, x):
        x = F.relu(self.mix(x.permute(0, 3, 1, 2).flatten(2)))  # [B, time, channels * bands] -> [B, time, width]
        weight = torch.softmax(self.score(torch.tanh(x)).float(), 1)
        x = x.float()
        mean = (weight * x).sum(1)
        return torch.cat([mean, torch.sqrt(torch.clamp((weight * x * x).sum(1) - mean * mean, min=1e-4))], 1)


class Baseline(nn.Module):
    """Five plain convolution blocks over the mel and the loudness number alone."""

    def __init__(self, heard_numbers):
        super().__init__()
        self.heard, self.straight = Heard(heard_numbers, 1, 8, 8, 0.0), Straight(1)
        widths = (MEL[0], 16, 32, 48, 80, 112)
        self.blocks = nn.Sequential(*(nn.Sequential(conv(a, b, 3, 2), nn.ReLU()) for a, b in zip(widths, widths[1:])))
        self.head = Head(widths[-1] * 2 + 8, 96, 0.1)

    def forward(self, mel, heard):
        x, z = self.blocks(centred(mel)).float(), self.heard.standard(heard)  # [B, 112, 2, 8]: the two halves of the spectrum stay apart
        return self.head(torch.cat([x.mean(3).flatten(1), self.heard(z)], 1), self.straight(z))


class Enhanced(nn.Module):
    """Residual blocks with squeeze and excitation, attention pooling over time, and all that is heard beside them."""

    def __init__(self, heard_numbers):
        super().__init__()
        self.heard, self.straight = Heard(heard_numbers, heard_numbers, 128, 96, 0.2), Straight(heard_numbers)
        self.stem = nn.Sequential(conv(MEL[0], 24, 5, 2), nn.ReLU())
        self.blocks = nn.Sequential(Residual(24, 40, 2), Residual(40, 64, 2), Residual(64, 96, (2, 1)), Residual(96, 128, (1, 2)))  # [B, 128, 4, 16]
        self.pool = AttentionPool(128 * 4, 96)
        self.head = Head(96 * 2 + 96, 160, 0.15)

    def forward(self, mel, heard):
        z = self.heard.standard(heard)
        return self.head(torch.cat([self.pool(self.blocks(self.stem(centred(mel)))), self.heard(z)], 1), self.straight(z))


class Attention(nn.Module):
    def __init__(self, width, heads):
        super().__init__()
        self.heads = heads
        self.qkv, self.out = nn.Linear(width, 3 * width), nn.Linear(width, width)

    def forward(self, x):
        batch, tokens, width = x.shape
        q, k, v = self.qkv(x).reshape(batch, tokens, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        share = torch.softmax(q @ k.transpose(-2, -1) * (width // self.heads) ** -0.5, -1)
        return self.out((share @ v).transpose(1, 2).reshape(batch, tokens, width))


class Block(nn.Module):
    """Pre-norm transformer block (Vaswani et al. 2017; pre-norm as in Xiong et al. 2020), left out as a whole for some examples in training (Huang et al. 2016)."""

    def __init__(self, width, heads, left_out):
        super().__init__()
        self.norm_a, self.norm_b = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = Attention(width, heads)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Linear(4 * width, width))
        self.left_out = left_out

    def sometimes(self, branch):
        if not self.training:
            return branch
        stays = torch.rand(branch.shape[0], 1, 1) >= self.left_out
        return branch * (stays / (1.0 - self.left_out)).to(branch.dtype)

    def forward(self, x):
        x = x + self.sometimes(self.attention(self.norm_a(x)))
        return x + self.sometimes(self.mlp(self.norm_b(x)))


class SpectrogramTransformer(nn.Module):
    """AST (Gong, Chung, Glass 2021) as a regressor: patches of 16 x 16, mid and side in one token; what is heard is a token of its own and stands beside the mean of the tokens in the head."""

    PATCH = 16
    TOKENS = (MEL[1] // PATCH) * (MEL[2] // PATCH)
    PATCH_NUMBERS = MEL[0] * PATCH * PATCH

    def __init__(self, heard_numbers, width=176, depth=4, heads=4):
        super().__init__()
        self.heard, self.straight = Heard(heard_numbers, heard_numbers, 128, 96, 0.2), Straight(heard_numbers)
        self.embed = nn.Linear(self.PATCH_NUMBERS, width)
        self.place = nn.Parameter(torch.randn(1, self.TOKENS, width) * 0.02)
        self.masked = nn.Parameter(torch.zeros(1, 1, width))
        self.heard_token = nn.Linear(96, width)
        self.blocks = nn.Sequential(*(Block(width, heads, 0.1) for _ in range(depth)))
        self.norm = nn.LayerNorm(width)
        self.rebuild = nn.Linear(width, self.PATCH_NUMBERS)  # of masked pre-training only
        self.head = Head(2 * width + 96, 160, 0.15)

    def patches(self, mel):
        p = self.PATCH
        x = centred(mel).reshape(-1, MEL[0], MEL[1] // p, p, MEL[2] // p, p).permute(0, 2, 4, 1, 3, 5)
        return x.reshape(-1, self.TOKENS, self.PATCH_NUMBERS)

    def pretrain_loss(self, mel, share):
        """Mean squared error of masked patches, each normalised by its own mean and deviation (He et al. 2022, section 3)."""
        patches = self.patches(mel)
        target = (patches - patches.mean(-1, keepdim=True)) / (patches.var(-1, keepdim=True) + 1e-4).sqrt()
        hidden = torch.rand(patches.shape[:2]) < share
        x = torch.where(hidden[:, :, None], self.masked, self.embed(patches)) + self.place
        told = self.rebuild(self.norm(self.blocks(x)))
        return ((told.float() - target) ** 2).mean(-1)[hidden].mean()

    def forward(self, mel, heard):
        z = self.heard.standard(heard)
        heard = self.heard(z)
        x = torch.cat([self.heard_token(heard)[:, None], self.embed(self.patches(mel)) + self.place], 1)
        x = self.norm(self.blocks(x))
        return self.head(torch.cat([x[:, 0].float(), x[:, 1:].float().mean(1), heard.float()], 1), self.straight(z))


class Exported(nn.Module):
    """What ONNX holds: settings within 0..1 and a standard deviation."""

    def __init__(self, network):
        super().__init__()
        self.network = network

    def forward(self, mel, heard):
        settings, scale, _ = self.network(mel, heard)
        return torch.clamp(settings, 0.0, 1.0), scale * LAPLACE_TO_DEVIATION


NETWORKS = {"baseline-cnn": Baseline, "enhanced-cnn": Enhanced, "ast": SpectrogramTransformer}
LABELS = {"baseline-cnn": "Baseline CNN", "enhanced-cnn": "Enhanced CNN", "ast": "AST"}


def parameter_count(network):
    return sum(p.numel() for p in network.parameters())
