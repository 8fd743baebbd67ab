package dev.rivulet.federation.aggregation;

import dev.rivulet.federated.aggregation.CoordinateMedian;
import dev.rivulet.federated.aggregation.FedAvg;
import dev.rivulet.federated.aggregation.ServerState;
import dev.rivulet.federated.aggregation.Strategy;
import dev.rivulet.federated.aggregation.TrimmedMean;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;

/**
 * How a federation makes one model of its devices' updates. The same updates give the same bits in whatever order they came, so that
 * a round that is aggregated again after a crash has the model it would have had.
 *
 * @param strategy which
 * @param serverRate of the mean, above 0 and at most 10; the others take no rate
 * @param trim share that the trimmed mean leaves out at each end, above 0 and below 0.5
 */
public record Aggregation(Kind strategy, double serverRate, double trim) {

    /** Strategies that keep nothing but the model from one round to the next. */
    public enum Kind {
        /** Mean by examples, times the server's rate. */
        FED_AVG,
        /** Median of each coordinate. */
        MEDIAN,
        /** Mean of each coordinate without its extremes. */
        TRIMMED_MEAN
    }

    /** The plain mean. */
    public static final Aggregation FED_AVG = new Aggregation(Kind.FED_AVG, 1, 0.1);

    public Aggregation {
        Objects.requireNonNull(strategy, "strategy is FED_AVG, MEDIAN or TRIMMED_MEAN");
        if (!(serverRate > 0 && serverRate <= 10) || !(trim > 0 && trim < 0.5)) {
            throw new IllegalArgumentException("server_rate is above 0 and at most 10, trim above 0 and below 0.5");
        }
    }

    /** The strategy itself. */
    public Strategy made() {
        return switch (strategy) {
            case FED_AVG -> new FedAvg(serverRate);
            case MEDIAN -> new CoordinateMedian();
            case TRIMMED_MEAN -> new TrimmedMean(trim);
        };
    }

    /**
     * The next model.
     *
     * @param version of the base
     * @param updates one for each device, trained from the base; not empty
     * @throws IllegalArgumentException if the strategy can't use them
     */
    public Parameters next(long version, Parameters base, List<Update> updates) {
        List<Update> ordered =
                updates.stream().sorted(Comparator.comparing(Update::device)).toList();
        return made().aggregate(new ServerState.Plain(version, base), ordered).model();
    }
}
