"""Real places for the tour: thirty cities, degrees north and east (WGS 84)."""

from __future__ import annotations

from typing import Final

CITIES: Final[tuple[tuple[str, float, float], ...]] = (
    ("Lisbon, Portugal", 38.7223, -9.1393),
    ("Nairobi, Kenya", -1.2921, 36.8219),
    ("Tokyo, Japan", 35.6762, 139.6503),
    ("São Paulo, Brazil", -23.5505, -46.6333),
    ("Reykjavík, Iceland", 64.1466, -21.9426),
    ("Wellington, New Zealand", -41.2866, 174.7756),
    ("Cairo, Egypt", 30.0444, 31.2357),
    ("Mumbai, India", 19.0760, 72.8777),
    ("Mexico City, Mexico", 19.4326, -99.1332),
    ("Vancouver, Canada", 49.2827, -123.1207),
    ("Berlin, Germany", 52.5200, 13.4050),
    ("Istanbul, Türkiye", 41.0082, 28.9784),
    ("Singapore", 1.3521, 103.8198),
    ("Ushuaia, Argentina", -54.8019, -68.3030),
    ("Longyearbyen, Svalbard", 78.2232, 15.6267),
    ("Dakar, Senegal", 14.7167, -17.4677),
    ("Quito, Ecuador", -0.1807, -78.4678),
    ("Apia, Samoa", -13.8333, -171.7667),
    ("Suva, Fiji", -18.1248, 178.4501),
    ("Ulaanbaatar, Mongolia", 47.8864, 106.9057),
    ("Tbilisi, Georgia", 41.7151, 44.8271),
    ("Hà Nội, Vietnam", 21.0278, 105.8342),
    ("Jakarta, Indonesia", -6.2088, 106.8456),
    ("Sydney, Australia", -33.8688, 151.2093),
    ("Honolulu, Hawaii", 21.3099, -157.8581),
    ("Anchorage, Alaska", 61.2181, -149.9003),
    ("Accra, Ghana", 5.6037, -0.1870),
    ("Cape Town, South Africa", -33.9249, 18.4241),
    ("Kraków, Poland", 50.0647, 19.9450),
    ("Lima, Peru", -12.0464, -77.0428),
)
