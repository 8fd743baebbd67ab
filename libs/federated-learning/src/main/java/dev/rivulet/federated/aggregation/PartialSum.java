// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.aggregation;

import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import dev.rivulet.federated.update.Update;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A weighted sum of updates that can be made in parts. Sums are kept in double precision: however the updates are split and in
 * whatever order the parts are merged, each sum is within {@code n · 2^-52 · Σ|c·x|} of the exact one, which a float32 mean does
 * not show (relative 1e-12 for 1,000 updates without cancellation).
 *
 * <p>Differences and models after training may be mixed: the base is taken off the latter when the mean is made. Not safe for
 * threads; 8 bytes a value.
 */
public final class PartialSum {

    /** Doubles that stay in the first cache while all updates are added to them: then each update is read from memory once. */
    private static final int BLOCK = 2048;

    private final Layout layout;
    private final double[] sums;
    private double @Nullable [] controls;
    private double mass;
    private double coefficientOfResults;
    private int count;

    /** Of nothing. */
    public PartialSum(Layout layout) {
        this(layout, new double[layout.size()], null);
    }

    PartialSum(Layout layout, double[] sums, double @Nullable [] controls) {
        this.layout = layout;
        this.sums = sums;
        this.controls = controls;
    }

    PartialSum totals(double ofMass, double ofResults, int ofCount) {
        mass = ofMass;
        coefficientOfResults = ofResults;
        count = ofCount;
        return this;
    }

    /** Adds updates, all in one pass over the memory. */
    public void add(List<Term> terms) {
        for (Term term : terms) {
            requireLayout(term.update().values().layout());
            if (term.update().control() != null && controls == null) {
                controls = new double[sums.length];
            }
        }
        for (int from = 0; from < sums.length; from += BLOCK) {
            int to = Math.min(sums.length, from + BLOCK);
            for (Term term : terms) {
                addBlock(term, from, to);
            }
        }
        for (Term term : terms) {
            mass += term.mass();
            count++;
            if (term.update().kind() == Update.Kind.RESULT) {
                coefficientOfResults += term.coefficient();
            }
        }
    }

    private void addBlock(Term term, int from, int to) {
        addScaled(sums, term.update().values().values(), term.coefficient(), from, to);
        Parameters control = term.update().control();
        if (control != null && controls != null) {
            addScaled(controls, control.values(), term.coefficient(), from, to);
        }
    }

    private static void addScaled(double[] sums, float[] values, double factor, int from, int to) {
        for (int i = from; i < to; i++) {
            sums[i] += factor * values[i];
        }
    }

    /** Adds another sum of the same layout. */
    public void merge(PartialSum other) {
        requireLayout(other.layout);
        addAll(sums, other.sums);
        if (other.controls != null) {
            if (controls == null) {
                controls = new double[sums.length];
            }
            addAll(controls, other.controls);
        }
        mass += other.mass;
        coefficientOfResults += other.coefficientOfResults;
        count += other.count;
    }

    private static void addAll(double[] sums, double[] others) {
        for (int i = 0; i < sums.length; i++) {
            sums[i] += others[i];
        }
    }

    /** An independent copy. */
    public PartialSum copy() {
        return new PartialSum(layout, sums.clone(), controls == null ? null : controls.clone())
                .totals(mass, coefficientOfResults, count);
    }

    /**
     * The mean difference to the base.
     *
     * @param base the model that all who sent a model after training began with
     * @throws IllegalStateException if nothing was added
     */
    public Parameters mean(Parameters base) {
        requireLayout(base.layout());
        if (count == 0) {
            throw new IllegalStateException("a mean of no updates");
        }
        float[] mean = new float[sums.length];
        float[] from = base.values();
        double scale = 1 / mass;
        double baseScale = coefficientOfResults / mass;
        for (int i = 0; i < mean.length; i++) {
            mean[i] = (float) (sums[i] * scale - from[i] * baseScale);
        }
        return new Parameters(layout, mean);
    }

    /**
     * The sum of the control variates' changes, divided by a number of devices; zero if no update had one.
     *
     * @param population all devices of the federation, 1 or more
     */
    public Parameters controlsOver(int population) {
        float[] result = new float[sums.length];
        if (controls != null) {
            double[] changes = controls;
            for (int i = 0; i < result.length; i++) {
                result[i] = (float) (changes[i] / population);
            }
        }
        return new Parameters(layout, result);
    }

    private void requireLayout(Layout other) {
        if (!layout.equals(other)) {
            throw new IllegalArgumentException("the layouts differ");
        }
    }

    public Layout layout() {
        return layout;
    }

    /** Number of updates in it. */
    public int count() {
        return count;
    }

    /** Divisor of the mean: under most strategies the number of examples. */
    public double mass() {
        return mass;
    }

    double coefficientOfResults() {
        return coefficientOfResults;
    }

    /** To be read only. */
    double[] sums() {
        return sums;
    }

    /** To be read only. */
    double @Nullable [] controls() {
        return controls;
    }
}
