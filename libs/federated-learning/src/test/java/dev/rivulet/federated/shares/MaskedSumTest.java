// SPDX-License-Identifier: Apache-2.0
package dev.rivulet.federated.shares;

import java.security.SecureRandom;

class MaskedSumTest extends SecureSumContractTest {

    @Override
    SecureSum sum(SumSpace space) {
        return new MaskedSum(space, new SecureRandom(), () -> "contract");
    }
}
