// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.compression;

import dev.rivulet.federated.compression.Encoded.Dense;
import dev.rivulet.federated.compression.Encoded.Sketched;
import dev.rivulet.federated.compression.Encoded.Sparse;

/**
 * What a device has learnt and not sent yet (Lin et al., arXiv 1712.01887; Stich et al., arXiv 1809.07599): {@code e += g}, send
 * {@code C(e)}, {@code e −= C(e)}. What one round leaves out goes with a later one. Kept by the device over all its rounds; not safe
 * for threads.
 */
public final class ErrorFeedback {

    private final Compressor compressor;
    private final float[] owed;

    /** @param size values of the model */
    public ErrorFeedback(int size, Compressor compressor) {
        this(new float[size], compressor);
    }

    /** @param owed of a device that goes on after a restart; kept and written to */
    public ErrorFeedback(float[] owed, Compressor compressor) {
        this.owed = owed;
        this.compressor = compressor;
    }

    /**
     * Encodes what was learnt together with what is owed. A scheme with a sketch is refused: there the server keeps the error.
     *
     * @param values what was learnt in this round, finite
     */
    public Encoded encode(float[] values, Scheme scheme) {
        if (scheme.places() instanceof Scheme.Places.Sketch) {
            throw new IllegalArgumentException("a sketch keeps its error on the server: encode it without feedback");
        }
        float[] all = owed.clone();
        for (int i = 0; i < all.length; i++) {
            all[i] += values[i];
        }
        Encoded sent = compressor.encode(all, scheme);
        System.arraycopy(all, 0, owed, 0, all.length);
        subtract(sent);
        return sent;
    }

    private void subtract(Encoded sent) {
        switch (sent) {
            case Dense dense -> {
                float[] values = dense.values();
                for (int i = 0; i < owed.length; i++) {
                    owed[i] -= values[i];
                }
            }
            case Sparse sparse -> {
                float[] values = sparse.numbers().values();
                for (int i = 0; i < values.length; i++) {
                    owed[sparse.indices()[i]] -= values[i];
                }
            }
            case Sketched sketched -> throw new IllegalStateException("a sketch of " + sketched.size() + " was sent");
        }
    }

    /** What is not sent yet; to be kept over a restart, to be read only. */
    public float[] owed() {
        return owed;
    }
}
