// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.lora;

/**
 * Direct preference optimisation (Rafailov et al., arXiv 2305.18290, equation 7):
 * {@code −ln σ(β · ((c − c₀) − (r − r₀)))}, where c and r are the log-likelihoods of the chosen and the rejected answer, and c₀ and r₀
 * those of the reference. To it comes the negative log-likelihood of the chosen answer per token, times a weight (Pang et al., arXiv
 * 2404.19733, equation 2), without which both answers may become less likely together.
 *
 * @param beta above 0; a small one lets the model go far from the reference
 * @param likelihoodWeight 0 or above
 */
public record Preferences(double beta, double likelihoodWeight) {

    /** β of 0.1, and the chosen answer's likelihood with a weight of 1. */
    public static final Preferences USUAL = new Preferences(0.1, 1);

    public Preferences {
        if (!(beta > 0 && Double.isFinite(beta)) || !(likelihoodWeight >= 0 && Double.isFinite(likelihoodWeight))) {
            throw new IllegalArgumentException("beta is above 0, the weight of the likelihood 0 or above");
        }
    }

    /**
     * Loss of a pair and what it changes with.
     *
     * @param chosenSlope derivative by the log-likelihood of the chosen answer
     * @param rejectedSlope derivative by that of the rejected one
     */
    public record Loss(double value, double chosenSlope, double rejectedSlope) {}

    /**
     * The loss of one pair.
     *
     * @param chosen log-likelihood of the chosen answer, by the model
     * @param chosenReference the same, by the reference
     * @param rejected of the rejected answer
     * @param rejectedReference the same, by the reference
     * @param chosenTokens of the chosen answer, 1 or more
     */
    public Loss loss(
            double chosen, double chosenReference, double rejected, double rejectedReference, int chosenTokens) {
        double margin = beta * ((chosen - chosenReference) - (rejected - rejectedReference));
        // ln(1 + e^-m) without overflow.
        double preference = Math.max(-margin, 0) + Math.log1p(Math.exp(-Math.abs(margin)));
        double slope = -beta / (1 + Math.exp(margin));
        double perToken = likelihoodWeight / chosenTokens;
        return new Loss(preference - perToken * chosen, slope - perToken, -slope);
    }
}
