// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.agent;

import dev.rivulet.federated.privacy.Accountant;
import dev.rivulet.federated.privacy.Mechanism.SubsampledGaussian;
import dev.rivulet.federated.privacy.PrivacyBudget;
import dev.rivulet.federated.privacy.RdpAccountant;

/**
 * What training may tell about one piece of feedback: each step shortens the gradient of each lesson and adds noise before anything
 * leaves the trainer, so that not even the site's own update tells (DP-SGD). The neighbour is a site without that piece.
 *
 * @param clip L2 norm of one lesson's gradient, above 0
 * @param noise deviation of a step's noise in units of the clip; 0 for none, which promises nothing
 * @param epsilon that all rounds together may spend
 * @param delta in (0, 1), well below one over the pieces of feedback
 */
public record Privacy(double clip, double noise, double epsilon, double delta) {

    public Privacy {
        Accountant.requireDelta(delta);
        if (!(clip > 0) || !(noise >= 0) || !(epsilon >= 0)) {
            throw new IllegalArgumentException("a clip is above 0, noise and ε 0 or above");
        }
    }

    PrivacyBudget budget() {
        return PrivacyBudget.of(epsilon, delta, new RdpAccountant());
    }

    /** What one step is, of lessons that are in it by chance. */
    SubsampledGaussian step(double sampling) {
        return new SubsampledGaussian(sampling, noise);
    }
}
