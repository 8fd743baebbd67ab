// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.training;

import dev.rivulet.federated.update.Layout;
import dev.rivulet.federated.update.Parameters;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Tensors that never leave the device: normalisation (FedBN, Li et al., arXiv 2102.07623) or the head (FedRep, Collins et al.,
 * arXiv 2102.07078), by the pattern of their names. The federation knows the shared tensors alone, so that the others cost no bytes.
 */
public final class LocalLayers {

    private final Layout whole;
    private final Layout shared;
    private final List<Layout.Range> ranges = new ArrayList<>();

    /**
     * @param whole all tensors of the device's model
     * @param local matches the whole name of a tensor that stays; at least one tensor is shared
     */
    public LocalLayers(Layout whole, Pattern local) {
        this.whole = whole;
        List<Layout.Tensor> kept = new ArrayList<>();
        for (Layout.Tensor tensor : whole.tensors()) {
            if (!local.matcher(tensor.name()).matches()) {
                kept.add(tensor);
                ranges.add(whole.range(tensor.name()).orElseThrow());
            }
        }
        if (kept.isEmpty()) {
            throw new IllegalArgumentException("'" + local + "' leaves no tensor to share");
        }
        this.shared = new Layout(kept);
    }

    /** The tensors of the federation's model. */
    public Layout shared() {
        return shared;
    }

    /** The shared tensors of a device's model, or of what it learnt. */
    public Parameters shared(Parameters all) {
        float[] some = new float[shared.size()];
        int at = 0;
        for (Layout.Range range : ranges) {
            System.arraycopy(all.values(), range.from(), some, at, range.to() - range.from());
            at += range.to() - range.from();
        }
        return new Parameters(shared, some);
    }

    /** A device's model with the federation's tensors in place of its own. */
    public Parameters joined(Parameters common, Parameters own) {
        if (!common.layout().equals(shared) || !own.layout().equals(whole)) {
            throw new IllegalArgumentException("the tensors are not those that are shared, or not those of the model");
        }
        float[] all = own.values().clone();
        int at = 0;
        for (Layout.Range range : ranges) {
            System.arraycopy(common.values(), at, all, range.from(), range.to() - range.from());
            at += range.to() - range.from();
        }
        return new Parameters(whole, all);
    }
}
