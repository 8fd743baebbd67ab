-- Days go by their age, whatever model they are of.
create index version_usage_day on version_usage (day);
