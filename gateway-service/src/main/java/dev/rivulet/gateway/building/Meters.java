// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.gateway.building;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.util.Map;
import java.util.Optional;

/** What the meters of a simulated building have counted: the same on every day for everybody, more in winter and on workdays. */
public final class Meters {

    private static final int DAYS_A_YEAR = 365;
    private static final double WEEKEND = 0.45;

    private record Meter(double daily, double winter, String unit) {}

    private static final Map<String, Meter> ALL = Map.of(
            "electricity", new Meter(420, 0.15, "kWh"),
            "heating", new Meter(610, 0.9, "kWh"),
            "gas", new Meter(55, 0.9, "m3"),
            "water", new Meter(9.5, -0.1, "m3"),
            "solar", new Meter(160, -0.7, "kWh"));

    /** Days from the first to the last. */
    private record Days(LocalDate first, LocalDate last) {

        long count() {
            return last.toEpochDay() - first.toEpochDay() + 1;
        }

        Days before() {
            return new Days(first.minusDays(count()), first.minusDays(1));
        }
    }

    private Meters() {}

    /**
     * What a meter has counted in a period, and in the one of the same length before.
     *
     * @param change in percent
     */
    public record Usage(double amount, double before, double change, String unit) {}

    /** Empty for a meter or a period that there is not. */
    public static Optional<Usage> usage(String meter, String period, LocalDate today) {
        Meter known = ALL.get(Command.key(meter));
        return known == null
                ? Optional.empty()
                : days(Command.key(period), today).map(days -> {
                    double now = sum(known, days);
                    double before = sum(known, days.before());
                    return new Usage(now, before, (now - before) / before * 100, known.unit());
                });
    }

    private static Optional<Days> days(String period, LocalDate today) {
        LocalDate monday = today.with(DayOfWeek.MONDAY);
        return Optional.ofNullable(
                switch (period) {
                    case "today" -> new Days(today, today);
                    case "yesterday" -> new Days(today.minusDays(1), today.minusDays(1));
                    case "this week" -> new Days(monday, today);
                    case "last week" -> new Days(monday.minusWeeks(1), monday.minusDays(1));
                    case "this month" -> new Days(today.withDayOfMonth(1), today);
                    case "last month" ->
                        new Days(
                                today.minusMonths(1).withDayOfMonth(1),
                                today.withDayOfMonth(1).minusDays(1));
                    case "this year" -> new Days(today.withDayOfYear(1), today);
                    case "last year" ->
                        new Days(
                                today.minusYears(1).withDayOfYear(1),
                                today.withDayOfYear(1).minusDays(1));
                    default -> null;
                });
    }

    private static double sum(Meter meter, Days days) {
        double sum = 0;
        for (LocalDate day = days.first(); !day.isAfter(days.last()); day = day.plusDays(1)) {
            double season = 1 + meter.winter() * Math.cos(2 * Math.PI * day.getDayOfYear() / DAYS_A_YEAR);
            boolean free = day.getDayOfWeek().compareTo(DayOfWeek.FRIDAY) > 0;
            sum += meter.daily() * season * (free ? WEEKEND : 1);
        }
        return sum;
    }
}
