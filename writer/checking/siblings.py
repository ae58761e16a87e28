"""Words that stand for different things of one sort, so that one in the place of another is an error.

`breast` and `prostate` are both parts of the body; a claim about one, from an entry that names only the other, is
wrong, however well the rest fits. Each paragraph is one sort, each item one thing with its other names (after `=`); one
that begins with `~` lists things that stand beside each other in one text too often for more than the same place to
tell. The list is ours, from general knowledge of biology, medicine and computing; it is far from complete, and a word
that it does not hold is left in peace.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from writer.text import stem

_SORTS = """
breast=mammary prostate=prostatic colorectal=colon=colonic=rectal=bowel=rectum lung=pulmonary ovary=ovarian=ovaries
pancreas=pancreatic=islet liver=hepatic=hepatocyte=hepatocellular=hepatocytes kidney=renal=nephron=glomerular
stomach=gastric bladder=urinary cervix=cervical thyroid skin=dermal=cutaneous=melanoma=epidermal
brain=cerebral=cortex=cortical=hippocampal=hippocampus=neural
heart=cardiac=cardiovascular=myocardial=coronary=cardiomyocyte=cardiomyocytes=ventricular bone=skeletal=osteoporosis
spleen=splenic intestine=intestinal=gut retina=retinal=eye=ocular=optic esophagus=esophageal=oesophageal
uterus=uterine=endometrial=endometrium placenta=placental testis=testicular=testes adipose=fat muscle=muscular
spinal=spine

mouse=mice=murine rat=rats yeast=cerevisiae=pombe zebrafish=danio drosophila=fly=flies=melanogaster
nematode=elegans=worm=worms monkey=macaque=macaques=rhesus=primate=primates pig=porcine=pigs dog=canine=dogs
cat=feline=cats chicken=avian=chick=bird=birds rabbit=rabbits cow=bovine=cattle sheep=ovine=lamb ferret=ferrets
hamster=hamsters xenopus=frog arabidopsis=plant=plants coli=bacterium=bacteria=bacterial

neuron=neurons=neuronal=nerve astrocyte=astrocytes=astroglia microglia=microglial oligodendrocyte=oligodendrocytes
macrophage=macrophages monocyte=monocytes neutrophil=neutrophils eosinophil=eosinophils basophil=basophils
fibroblast=fibroblasts keratinocyte=keratinocytes platelet=platelets=thrombocyte erythrocyte=erythrocytes
hepatocyte=hepatocytes cardiomyocyte=cardiomyocytes adipocyte=adipocytes endothelial=endothelium epithelial=epithelium
osteoclast=osteoclasts osteoblast=osteoblasts chondrocyte=chondrocytes oocyte=oocytes=egg spermatocyte=sperm
megakaryocyte=megakaryocytes

image=images=visual=vision=picture=pictures=photo=photos=photograph=pixel=pixels=imaging
video=videos=frame=frames=film text=texts=textual=document=documents=language=linguistic=word=words=sentence=sentences
speech=audio=voice=acoustic=spoken=speaker music=musical

convolutional=cnn=cnns=convnet=convnets=convolution=convolutions recurrent=rnn=rnns=lstm=lstms=gru
graph=gnn=gnns=gcn=gcns=graphs transformer=transformers capsule=capsules feedforward=mlp=mlps=perceptron=perceptrons
spiking=spike=spikes

~ adversarial=adversary=adversaries=gan=gans=attack=attacks generative discriminative=discriminator=discriminate
contrastive=contrast=contrasting

~ classification=classify=classifier=classifiers=recognition=recognize=recognise regression=regress
segmentation=segment=segmenting
detection=detect=detector=detecting translation=translate=translating
summarization=summarisation=summarize=summary=summaries captioning=caption=captions
retrieval=retrieve=retrieving clustering=cluster=clusters parsing=parse=parser generation=generating=synthesis
tracking=track=tracker ranking=rank=ranker

~ supervised=supervision=imitation=demonstration=demonstrations unsupervised reinforcement=reward=rewards

~ encoder=encoders=encoding decoder=decoders=decoding

gaussian=normal poisson bernoulli dirichlet laplace=laplacian

alcohol=ethanol=drinking=alcoholic smoking=tobacco=cigarette=cigarettes=nicotine=smoker=smokers coffee=caffeine
cannabis=marijuana opioid=opioids=morphine cocaine exercise=physical=activity diet=dietary=nutrition=food

diabetes=diabetic=glucose=insulin asthma=asthmatic stroke=ischemic=ischaemic hypertension=hypertensive=pressure
obesity=obese=overweight=adiposity dementia=alzheimer parkinson schizophrenia=psychosis=psychotic
depression=depressive=depressed tuberculosis=tb=mycobacterium malaria=plasmodium hiv=aids=immunodeficiency
influenza=flu hepatitis=hbv=hcv pneumonia sepsis=septic epilepsy=seizure=seizures=epileptic
arthritis=rheumatoid=osteoarthritis autism=autistic leukemia=leukaemia=leukemic lymphoma=lymphomas anemia=anaemia
atherosclerosis=atherosclerotic migraine=headache psoriasis=psoriatic lupus fibrosis=fibrotic cirrhosis=cirrhotic

english french german=germany chinese=mandarin=china spanish=spain arabic japanese=japan russian=russia
hindi=india=indian korean=korea italian=italy portuguese=portugal czech finnish=finland turkish=turkey
dutch=netherlands swedish=sweden danish=denmark greek=greece polish=poland vietnamese=vietnam thai=thailand
hebrew=israel=israeli

man=men=male=males=boy=boys woman=women=female=females=girl=girls=maternal=mother=mothers

~ aspirin ibuprofen paracetamol=acetaminophen warfarin=anticoagulant heparin metformin
statin=statins=simvastatin=atorvastatin insulin tamoxifen cisplatin rapamycin=sirolimus
dexamethasone=glucocorticoid=corticosteroid=steroid tenofovir chloroquine=hydroxychloroquine remdesivir

~ iron=ferritin=ferrous zinc calcium magnesium sodium=salt potassium copper selenium iodine folate=folic

~ january february march april june july august september october november december

mitochondria=mitochondrial=mitochondrion nucleus=nuclear=nuclei cytoplasm=cytoplasmic=cytosol=cytosolic
ribosome=ribosomal=ribosomes lysosome=lysosomal=lysosomes golgi endosome=endosomal=endosomes peroxisome=peroxisomal
centrosome=centrosomes

~ phosphorylation=phosphorylated=phosphorylates acetylation=acetylated=acetylates methylation=methylated=methylates
ubiquitination=ubiquitin=ubiquitylation=ubiquitinated glycosylation=glycosylated sumoylation=sumoylated

~ transcription=transcriptional=transcript=transcribed translation=translational=translated
replication=replicate=replicated splicing=spliced

~ virus=viral=viruses=virion bacterium=bacterial=bacteria fungus=fungal=fungi parasite=parasitic=parasites
"""


class Siblings(NamedTuple):
    """What a word excludes in one sort."""

    same: frozenset[str]
    """Stems of the words for the same thing."""
    others: frozenset[str]
    """The words for the other things of the sort, in small letters."""
    stems: frozenset[str]
    """Of these."""
    loose: bool
    """Whether texts often speak of one beside another, so that only the same place tells."""


@lru_cache(maxsize=1)
def _sorts() -> dict[str, tuple[Siblings, ...]]:
    found: dict[str, list[Siblings]] = {}
    for sort in _SORTS.strip().split("\n\n"):
        things = [frozenset(thing.split("=")) for thing in sort.lstrip("~").split()]
        every = frozenset().union(*things)
        for thing in things:
            others = every - thing
            siblings = Siblings(frozenset(map(stem, thing)), others, frozenset(map(stem, others)), sort.startswith("~"))
            for name in thing:
                found.setdefault(name, []).append(siblings)
    return {name: tuple(sorts) for name, sorts in found.items()}


def siblings(word: str) -> tuple[Siblings, ...]:
    """What a word in small letters excludes, for each sort that it belongs to; empty where no list holds it."""
    return _sorts().get(word, ())
