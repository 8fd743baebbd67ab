package dev.rivulet.federation.rounds;

import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import dev.rivulet.federation.publication.ModelVersion;
import dev.rivulet.federation.publication.Models;
import dev.rivulet.federation.rounds.Contributions.Wanted;
import dev.rivulet.federation.rounds.RoundInput.Made;
import dev.rivulet.federation.rounds.RoundInput.NotMade;
import dev.rivulet.federation.rounds.RoundState.Collecting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Makes the next version of what a round collected and keeps it; done twice it is the same version. */
@Component
class ModelMaking implements ModelMaker {

    private static final Logger log = LoggerFactory.getLogger(ModelMaking.class);

    private final Models models;
    private final Contributions contributions;
    private final SecureSums sums;

    ModelMaking(Models models, Contributions contributions, SecureSums sums) {
        this.models = models;
        this.contributions = contributions;
        this.sums = sums;
    }

    @Override
    public RoundInput make(Federation federation, long round, Collecting collected) {
        String name = federation.name();
        long base = collected.opened().base();
        return made(
                federation,
                round,
                base,
                layout -> collected.counted().entrySet().stream()
                        .map(each -> contributions.read(
                                new Wanted(name, round, each.getKey(), each.getValue(), base), layout))
                        .toList(),
                _ -> lossBefore(collected.counted()));
    }

    @Override
    public RoundInput makeOfSum(Federation federation, long round, Collecting collected, RoundEvent.Sum sum) {
        return made(
                federation,
                round,
                collected.opened().base(),
                layout -> List.of(sums.mean(federation, round, collected, sum, layout)),
                updates -> updates.getFirst().metrics().get(Update.LOSS_BEFORE));
    }

    private RoundInput made(
            Federation federation,
            long round,
            long base,
            Function<Layout, List<Update>> read,
            Function<List<Update>, @Nullable Double> loss) {
        String name = federation.name();
        Layout layout = models.layout(name).orElseThrow();
        Parameters before = models.load(models.published(name, base).orElseThrow(), layout);
        try {
            List<Update> updates = read.apply(layout);
            Parameters next = federation.settings().aggregation().next(base, before, updates);
            if (!Double.isFinite(next.norm())) {
                log.warn("Round {} of {} would make a model that is not finite", round, name);
                return new NotMade();
            }
            ModelVersion stored = models.store(name, base + 1, round, next);
            return new Made(stored.version(), stored.sha256(), loss.apply(updates));
        } catch (IllegalArgumentException | UnusableContributionException e) {
            log.warn("Round {} of {} can't be aggregated: {}", round, name, e.getMessage());
            return new NotMade();
        }
    }

    @Override
    public Optional<RoundInput> goOn(Federation federation, long round, Collecting at) {
        return sums.goOn(federation, round, at);
    }

    @Override
    public void publish(Federation federation, long version) {
        models.publish(federation.name(), version);
    }

    @Override
    public void forget(Federation federation, long round) {
        contributions.forget(federation.name(), round);
        sums.forget(federation.name(), round);
    }

    /** Mean by examples over the devices that said. */
    static @Nullable Double lossBefore(Map<String, Contribution> counted) {
        double sum = 0;
        double weight = 0;
        for (Contribution contribution : counted.values()) {
            if (contribution.lossBefore().isPresent()) {
                sum += contribution.lossBefore().get() * contribution.weight();
                weight += contribution.weight();
            }
        }
        return weight > 0 ? sum / weight : null;
    }
}
