// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federation.attestation;

import dev.rivulet.federation.attestation.Attestor.Verdict.Refused;
import dev.rivulet.federation.attestation.Attestor.Verdict.Trusted;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Checks a TPM's quote: that an enrolled attestation key signed it, that a TPM made it of its own ({@code TPM_GENERATED_VALUE}, which a
 * restricted key signs in nothing else), that it answers to the nonce, and that the registers (bank SHA-256) have the values that the
 * federation wants. Whether the attestation key lies in a TPM is known when it is enrolled, from the certificate of its maker.
 */
public final class TpmAttestor implements Attestor {

    private static final int REGISTER_BYTES = 32;

    private final KnownKeys keys;
    private final SortedMap<Integer, byte[]> registers;

    /**
     * @param keys base64 of DER each, EC or RSA
     * @param registers value of each that is wanted, by number 0 to 23, at least one; 32 bytes each
     */
    public TpmAttestor(Collection<String> keys, Map<Integer, byte[]> registers) {
        this.keys = new KnownKeys(keys);
        this.registers = new TreeMap<>(registers);
        if (registers.isEmpty()
                || registers.keySet().stream().anyMatch(register -> register < 0 || register > 23)
                || registers.values().stream().anyMatch(value -> value.length != REGISTER_BYTES)) {
            throw new IllegalArgumentException("registers are 1 to 24 of the bank SHA-256, 32 bytes each");
        }
    }

    @Override
    public Verdict judge(Evidence evidence, byte[] nonce) {
        Optional<PublicKey> key = keys.find(evidence.key());
        if (key.isEmpty()) {
            return new Refused("the attestation key is not enrolled");
        }
        try {
            TpmSignature signature = TpmSignature.parse(evidence.signature());
            return signature.by(key.get(), evidence.statement())
                    ? judge(TpmQuote.parse(evidence.statement()), signature.hash(), nonce)
                    : new Refused("the attestation key did not sign the quote");
        } catch (IllegalArgumentException e) {
            return new Refused(String.valueOf(e.getMessage()));
        }
    }

    private Verdict judge(TpmQuote quote, TpmHash hash, byte[] nonce) {
        if (!MessageDigest.isEqual(quote.qualifyingData(), nonce)) {
            return new Refused("the quote answers to another nonce");
        }
        List<TpmQuote.Selection> wanted =
                List.of(new TpmQuote.Selection(TpmHash.SHA256.id(), new TreeSet<>(registers.keySet())));
        List<TpmQuote.Selection> selected = quote.selections().stream()
                .filter(selection -> !selection.registers().isEmpty())
                .toList();
        if (!selected.equals(wanted)) {
            return new Refused("the quote is of other registers than " + registers.keySet() + " of the bank SHA-256");
        }
        MessageDigest digest = hash.digest();
        registers.values().forEach(digest::update);
        return MessageDigest.isEqual(digest.digest(), quote.digest())
                ? new Trusted("registers " + registers.keySet())
                : new Refused("a register has another value than the federation wants");
    }
}
