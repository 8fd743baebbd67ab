package dev.rivulet.buildings.demo;

import dev.rivulet.federated.privacy.DiscreteNoise;
import dev.rivulet.federated.privacy.NoisePlan;
import dev.rivulet.federated.privacy.RdpAccountant;
import dev.rivulet.federated.privacy.Spent;
import java.util.List;
import tools.jackson.databind.JsonNode;

/**
 * What rounds cost whose devices add their share of a discrete Gaussian before they mask (arXiv 2102.06387), by Rényi divergences and
 * without amplification: every device is asked in every round.
 *
 * @param dimensions of an update
 * @param clip L2 norm that it may have
 * @param multiplier of the noise in a sum of the fewest
 * @param devices of a round
 * @param fewest whose vectors make a sum
 * @param bits of a value
 */
record SpentPrivacy(int dimensions, double clip, double multiplier, int devices, int fewest, int bits) {

    static SpentPrivacy of(int dimensions, JsonNode noise) {
        return new SpentPrivacy(
                dimensions,
                noise.path("clip").asDouble(),
                noise.path("multiplier").asDouble(),
                noise.path("devices").asInt(),
                noise.path("fewest").asInt(),
                noise.path("bits").asInt());
    }

    /** ε of so many rounds. */
    double epsilon(int rounds, double delta) {
        NoisePlan plan = NoisePlan.ofSurvivors(dimensions, clip, multiplier, devices, fewest, bits);
        Spent spent = new Spent(new DiscreteNoise(plan, 0).mechanism(fewest), rounds);
        return new RdpAccountant().epsilon(List.of(spent), delta);
    }
}
